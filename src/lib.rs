//! Identity clouds of the Authing family, for synchronous programs.
