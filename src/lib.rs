//! A certificate authority to embed.
