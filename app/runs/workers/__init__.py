"""Worker processes: started, given one task at a time, watched, cancelled, restarted when they crash."""
