"""Client and server: processes of their own, that can be killed and stopped."""
