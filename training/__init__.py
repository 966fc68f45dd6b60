"""Labels in, a verified model folder out. It meets the service through files alone."""
