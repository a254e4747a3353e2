"""The plan as people look at it: figures, the page, the folder of files."""
