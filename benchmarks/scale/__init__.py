"""What operations cost as what they work on grows: curves, their shape, and the page with them."""
