"""What other departments are told: public events, projected from the services' own, and who hears them."""
