namespace Rackboot.Talos.ImageFactory;

/// <summary>What a single-board computer needs beside Talos itself.</summary>
/// <param name="Image">The overlay's image, <c>siderolabs/sbc-raspberrypi</c>.</param>
/// <param name="Name"><c>rpi_generic</c>.</param>
/// <param name="Options">Whatever the overlay takes, as canonical YAML lines without indentation; empty if there is nothing.</param>
public sealed record SchematicOverlay(string Image, string Name, IReadOnlyList<string> Options);
