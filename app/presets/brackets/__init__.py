"""A trained preset: how many brackets are open?"""
