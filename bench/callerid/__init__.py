"""The caller-ID resolver run on worlds of tags: replay one from files, and train the model."""
