namespace Rackboot.Talos.Configuration.Validation;

/// <summary>Discovery documents (pkg/machinery/config/types/cluster).</summary>
internal static class ClusterDocumentRules
{
    public static void Identity(Cursor config, RuleContext context)
    {
        config["clusterID"].Require();
        var secret = config["clusterSecret"];
        if (!secret.Require())
            return;
        var buffer = new byte[secret.Text.Length];
        secret.Refuse(!Convert.TryFromBase64String(secret.Text, buffer, out var length) || length != 32, "is not 32 bytes in base64");
    }

    public static void IdentityConflict(Cursor config, Cursor legacy) =>
        config.Refuse(!legacy["cluster"]["id"].IsZero || !legacy["cluster"]["secret"].IsZero,
            "cluster.id and cluster.secret are set already; remove them there");

    public static void Service(Cursor config, RuleContext context)
    {
        Check.Name(config);
        var endpoint = config["endpoint"];
        if (!endpoint.Require())
            return;
        endpoint.Refuse(endpoint.Url?.Scheme is not ("http" or "https" or "grpc"), "must start with https://, http:// or grpc://");
        endpoint.Refuse(endpoint.Url?.Hostname.Length == 0, "needs a host");
    }

    public static void ServiceConflict(Cursor config, Cursor legacy) =>
        config.Refuse(legacy["cluster"]["discovery"].Exists, "cluster.discovery is already set; remove it there");
}
