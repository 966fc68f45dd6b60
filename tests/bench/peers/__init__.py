"""Programs that run in environments of their own and import nothing of ours but, for serving, the saved model."""
