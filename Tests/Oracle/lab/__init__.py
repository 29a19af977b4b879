"""Private networks: namespaces, cables, routers, and what breaks them."""
