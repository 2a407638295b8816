using System.Text;
using Rackboot.Cloud.Ovh;
using Rackboot.Cloud.Zenlayer;

namespace Rackboot.Cloud.Tests.Http;

/// <summary>Signatures, against values that were computed with openssl from the clients' sources.</summary>
public sealed class SignatureTests
{
    // printf 'AS+CK+PUT+https://eu.api.ovh.com/1.0/dedicated/server/ns1+{"bootId":1}+1457018881' | openssl sha1
    [Fact]
    public void OVHcloud_is_signed_with_SHA_1_over_both_secrets_the_request_and_the_time() => Assert.Equal(
        "$1$584fd76310cd6d07bcc16274f68e928c6dcb61e2",
            OvhSignature.Of("AS", "CK", "PUT", "https://eu.api.ovh.com/1.0/dedicated/server/ns1", "{\"bootId\":1}", 1457018881));

    // The canonical request as common/client.go builds it, hashed with openssl dgst -sha256 and signed with openssl dgst -sha256 -hmac.
    [Fact]
    public void Zenlayer_is_signed_with_one_HMAC_over_a_canonical_request() => Assert.Equal(
        "ZC2-HMAC-SHA256 Credential=key-id, SignedHeaders=content-type;host, "
            + "Signature=e611da33fda41934d30853742ba3c22db2dc5bd49bb84b6024eb1c45d0c6262b",
        ZenlayerSignature.Authorization("key-id", "key-secret", "console.zenlayer.com", 1700000000,
            Encoding.UTF8.GetBytes("{\"pageNum\":1,\"pageSize\":100}")));
}
