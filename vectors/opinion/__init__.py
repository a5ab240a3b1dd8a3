"""A third opinion on what an affiliate program means: a small, slow model written from the texts alone."""
