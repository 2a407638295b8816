namespace Rackboot.Core.Assets;

public enum AssetOrigin
{
    /// <summary>Brought in by an operator.</summary>
    Imported,

    /// <summary>Fetched from an Image Factory.</summary>
    Fetched,

    /// <summary>Came in a bundle.</summary>
    Bundle,

    /// <summary>Of the distribution's ipxe package; the file stays where the package put it.</summary>
    Distribution,
}
