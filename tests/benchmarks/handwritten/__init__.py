"""What a person writes by hand for the 2-3-1 network: the references of the benchmark."""
