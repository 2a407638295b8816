namespace Rackboot.Talos.ImageFactory;

/// <summary>What a single-board computer needs besides Talos.</summary>
/// <param name="Image">The overlay's image, <c>siderolabs/sbc-raspberrypi</c>.</param>
/// <param name="Name"><c>rpi_generic</c>.</param>
/// <param name="Options">The overlay's options as canonical YAML lines without indentation; empty for none.</param>
public sealed record SchematicOverlay(string Image, string Name, IReadOnlyList<string> Options);
