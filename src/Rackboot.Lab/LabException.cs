namespace Rackboot.Lab;

/// <summary>Why the virtual rack cannot go on, and what to do about it.</summary>
public sealed class LabException(string message) : Exception(message);
