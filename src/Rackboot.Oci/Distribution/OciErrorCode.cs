namespace Rackboot.Oci.Distribution;

/// <summary>distribution-spec, "Error codes".</summary>
public enum OciErrorCode
{
    BlobUnknown,
    DigestInvalid,
    ManifestInvalid,
    ManifestUnknown,
    NameInvalid,
    NameUnknown,
    Unsupported,
    TooManyRequests,
}
