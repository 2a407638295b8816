using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Rackboot.Talos.Api;
using Rackboot.Talos.Secrets;

namespace Rackboot.Lab.StandIn.Nodes;

/// <summary>How a stand-in node's apid shakes hands: in maintenance mode with a certificate of its own making and no question for the
/// client's, as a member of a cluster with one that the cluster's CA signed. A control-plane node signs its own; a worker asks
/// trustd.</summary>
internal sealed class TalosNodeCertificates(TalosNode node) : IDisposable
{
    private readonly X509Certificate2 _maintenance = SelfSigned(node);
    private (string Configuration, X509Certificate2 Certificate)? _member;

    public SslServerAuthenticationOptions Options()
    {
        lock (node.Rack.Gate)
            return node.Configuration is not { } configuration || node.Stage is MachineStage.Maintenance or MachineStage.Installing
                ? new() { ServerCertificate = _maintenance, ApplicationProtocols = [SslApplicationProtocol.Http2] }
                : Member(configuration);
    }

    public void Dispose()
    {
        _maintenance.Dispose();
        _member?.Certificate.Dispose();
    }

    private SslServerAuthenticationOptions Member(NodeConfiguration configuration)
    {
        if (_member?.Configuration != configuration.Text)
        {
            _member?.Certificate.Dispose();
            _member = (configuration.Text, Issue(configuration));
        }

        var policy = TalosTrust.Policy(configuration.Accepted.Prepend(configuration.AuthorityCertificate), node.Rack.Time.GetUtcNow());
        policy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.2"));
        return new()
        {
            ServerCertificate = _member!.Value.Certificate,
            ApplicationProtocols = [SslApplicationProtocol.Http2],
            ClientCertificateRequired = true,
            CertificateChainPolicy = policy,
        };
    }

    private X509Certificate2 Issue(NodeConfiguration configuration)
    {
        var signer = configuration.AuthorityKey is not null ? configuration : node.Rack.Trustd(configuration)?.Configuration;
        if (signer?.AuthorityKey is null
            || !CertificateAuthority.TryLoad(new(signer.AuthorityCertificate, new(signer.AuthorityKey)), out var authority, out _))
            throw new AuthenticationException("apid has no certificate yet: no trustd answers");
        using (authority)
        {
            var issued = authority!.IssueServer(node.Hostname, Names(node), node.Rack.Time.GetUtcNow(), TimeSpan.FromHours(24));
            return X509Certificate2.CreateFromPem(issued.Certificate, issued.Key.Reveal());
        }
    }

    private static X509Certificate2 SelfSigned(TalosNode node)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={node.Hostname}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(Names(node).Build());
        var now = node.Rack.Time.GetUtcNow();
        return request.CreateSelfSigned(now.AddHours(-1), now.AddDays(1));
    }

    private static SubjectAlternativeNameBuilder Names(TalosNode node)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(node.Address);
        names.AddDnsName(node.Hostname);
        return names;
    }
}
