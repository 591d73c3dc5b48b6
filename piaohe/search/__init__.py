"""What is looked for: phrases understood, texts cut into the pieces they are found by. Pure."""
