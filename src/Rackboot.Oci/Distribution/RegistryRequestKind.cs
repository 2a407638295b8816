namespace Rackboot.Oci.Distribution;

public enum RegistryRequestKind
{
    /// <summary><c>/v2/</c>: whether this is a registry at all.</summary>
    Version,
    Manifest,
    Blob,
    Tags,
}
