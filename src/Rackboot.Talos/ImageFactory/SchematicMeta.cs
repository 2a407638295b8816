namespace Rackboot.Talos.ImageFactory;

/// <summary>A META value built into the image.</summary>
/// <param name="Key">Its tag: 10 is the network configuration, 12 user-defined (Talos pkg/machinery/meta).</param>
public sealed record SchematicMeta(byte Key, string Value);
