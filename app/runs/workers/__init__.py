"""Worker processes: started, given one task at a time, watched, cancelled, replaced when they crash."""
