"""The course as a site that is read without Python: from a server, from a stick, or as one file a lesson."""
