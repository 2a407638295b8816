namespace Rackboot.Talos.Configuration.Validation;

/// <summary>Registries, images and the container runtime (pkg/machinery/config/types/{cri,security}).</summary>
internal static class CriRules
{
    public static void Mirror(Cursor mirror, RuleContext context)
    {
        Check.Name(mirror);
        foreach (var url in mirror["endpoints"].Items.Select(e => e["url"]))
        {
            if (url.Require())
                url.Refuse(url.Url?.Scheme is not ("http" or "https"), "must start with http:// or https://");
        }
    }

    public static void Auth(Cursor auth, RuleContext context)
    {
        Check.Name(auth);
        var (user, token, both) = (!auth["username"].IsZero, !auth["identityToken"].IsZero, !auth["auth"].IsZero);
        auth.Refuse(user && token, "takes username and password, or identityToken, not both");
        auth.Refuse(both && (user || token), "takes one of auth, username with password, and identityToken");
    }

    public static void Tls(Cursor tls, RuleContext context)
    {
        Check.Name(tls);
        tls["ca"].Refuse(!tls["ca"].IsZero && !Check.IsCertificate(tls["ca"].Text), "is not a readable PEM certificate");
        Check.CertificateAndKey(tls["clientIdentity"], load: false);
    }

    public static void Customization(Cursor config, RuleContext context)
    {
        var name = config["name"];
        if (LabelRules.NameProblem(name.Text) is { } problem)
            name.Refuse(problem);
        name.Refuse(name.Text == "customization", "is reserved for the older customization file");
    }

    public static void BaseSpecConflict(Cursor config, Cursor legacy) =>
        config.Refuse(legacy["machine"]["baseRuntimeSpecOverrides"].Exists,
            "machine.baseRuntimeSpecOverrides is already set; remove it there");

    public static void ImageCacheConflict(Cursor config, Cursor legacy) =>
        config.Refuse(legacy["machine"]["features"]["imageCache"].Exists, "machine.features.imageCache is already set; remove it there");

    public static void ImageVerification(Cursor config, RuleContext context)
    {
        foreach (var rule in config["rules"].Items)
        {
            var image = rule["image"];
            image.Refuse(image.IsZero, "is required: an image pattern");
            image.Warn(image.Text.Contains('@') || (image.Text.IndexOf('/') is var slash and >= 0 && image.Text[slash..].Contains(':')),
                "is compared without tag and digest");
            image.Warn(!image.IsZero && !image.Text.Contains('/') && image.Text != "*",
                "needs a registry: nginx is compared as docker.io/library/nginx");
            Verifier(rule);
        }
    }

    private static void Verifier(Cursor rule)
    {
        var (keyless, key) = (rule["keyless"], rule["publicKey"]);
        var (skip, deny, verifies) = (rule["skip"].IsTrue, rule["deny"].IsTrue, keyless.Exists || key.Exists);
        rule.Refuse(skip && deny, "takes skip or deny, not both");
        rule.Refuse((skip || deny) && verifies, "cannot verify anything with skip or deny");
        rule.Refuse(!skip && !deny && !verifies, "needs keyless, publicKey, skip or deny");
        rule.Refuse(keyless.Exists && key.Exists, "takes keyless or publicKey, not both");
        if (keyless.Exists)
        {
            keyless["issuer"].Require();
            keyless.Refuse(keyless["subject"].IsZero && keyless["subjectRegex"].IsZero, "needs subject or subjectRegex");
        }

        if (key.Exists)
            key["certificate"].Require();
    }

    public static void TrustedRoots(Cursor config, RuleContext context)
    {
        // security/trusted_roots.go checks nothing: anything but a certificate is simply not trusted.
        config["certificates"].Warn(!Check.IsPem(config["certificates"].Text, "CERTIFICATE"), "contains no PEM certificate");
    }
}
