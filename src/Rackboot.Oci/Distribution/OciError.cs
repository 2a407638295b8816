using System.Text.Json;
using System.Text.Json.Nodes;

namespace Rackboot.Oci.Distribution;

/// <summary>Why a registry does not answer with content.</summary>
public sealed record OciError(OciErrorCode Code, string Message)
{
    public int Status => Code switch
    {
        OciErrorCode.BlobUnknown or OciErrorCode.ManifestUnknown or OciErrorCode.NameUnknown => 404,
        OciErrorCode.Unsupported => 405,
        OciErrorCode.TooManyRequests => 429,
        _ => 400,
    };

    /// <summary>As the specification writes it: <c>{"errors":[{"code":"MANIFEST_UNKNOWN","message":…}]}</c>.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["errors"] = new JsonArray(
            new JsonObject { ["code"] = JsonNamingPolicy.SnakeCaseUpper.ConvertName(Code.ToString()), ["message"] = Message }),
    });
}
