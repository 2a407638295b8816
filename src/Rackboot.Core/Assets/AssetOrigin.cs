namespace Rackboot.Core.Assets;

public enum AssetOrigin
{
    /// <summary>Imported by an operator.</summary>
    Imported,

    /// <summary>Fetched from an Image Factory.</summary>
    Fetched,

    /// <summary>From a bundle.</summary>
    Bundle,

    /// <summary>From the distribution's ipxe package; the file stays where the package installed it.</summary>
    Distribution,
}
