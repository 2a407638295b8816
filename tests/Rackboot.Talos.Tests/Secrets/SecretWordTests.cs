using Rackboot.Talos.Secrets;

namespace Rackboot.Talos.Tests.Secrets;

public sealed class SecretWordTests
{
    [Fact]
    public void Tokens_and_keys_that_an_answer_quotes_are_hidden_and_words_stay()
    {
        var configuration = new SecretText(ControlPlaneFile.V1Alpha1(Sample.Secrets));
        var token = Sample.Secrets.TrustdToken.Reveal();
        var key = Sample.Base64(Sample.Secrets.Os.Key.Reveal());
        Assert.Equal(
            "unknown keys found: machine: tokn: ***, key: *** at cluster.controlPlane.endpoint of "
                + "376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba",
            SecretWords.Hide(
                $"unknown keys found: machine: tokn: {token}, key: {key} at cluster.controlPlane.endpoint of "
                + "376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba", configuration));
    }
}
