namespace Rackboot.Talos.Configuration.Validation;

/// <summary>The machine part of the v1alpha1 document (v1alpha1_validation.go, Config.Validate).</summary>
internal static class MachineRules
{
    private static readonly string[] DiskTypes = ["ssd", "hdd", "nvme", "sd"];

    public static void Config(Cursor config, RuleContext context)
    {
        var machine = config["machine"];
        if (!machine.Exists)
        {
            config.Refuse("needs a machine section");
            return;
        }

        machine["files"].Warn(!context.IsBeforeDocuments && !machine["files"].IsZero, "is deprecated; use documents instead");
        machine["baseRuntimeSpecOverrides"].Warn(!context.IsBeforeDocuments && !machine["baseRuntimeSpecOverrides"].IsZero,
            "is deprecated; use a CRIBaseRuntimeSpecConfig document");
        ClusterRules.Cluster(config, context);
        Install(machine, context);
        var dns = machine["features"]["hostDNS"];
        dns["forwardKubeDNSToHost"].Refuse(!context.IsBefore113 && dns["forwardKubeDNSToHost"].IsTrue && !dns["enabled"].IsTrue,
            "needs hostDNS.enabled: true");
        Type(machine, context);
        Authorities(config, machine, context);
        if (machine["network"].Exists)
            DeviceRules.Network(machine["network"], context);
        Disks(machine["disks"]);
        Check.Subnets(machine["kubelet"]["nodeIP"]["validSubnets"]);
        KubernetesRules.ProtectedFields(machine["kubelet"]["extraConfig"]);
        Encryption(machine["systemDiskEncryption"]["ephemeral"]);
        Encryption(machine["systemDiskEncryption"]["state"]);
        Logging(machine["logging"]);
        LabelRules.Labels(machine["nodeLabels"]);
        LabelRules.Annotations(machine["nodeAnnotations"]);
        LabelRules.Taints(machine["nodeTaints"]);
        Features(machine["features"], context);
        RuntimeSpecRules.Overrides(machine["baseRuntimeSpecOverrides"]);
        config["persist"].Refuse(config["persist"].IsFalse, "must be true or omitted");
        foreach (var map in new[] { machine["registries"]["config"], machine["registries"]["mirrors"] })
        {
            foreach (var (key, value) in map.Entries)
                value.Refuse(!value.Exists, $"\"{key}\" has no value");
        }
    }

    private static void Install(Cursor machine, RuleContext context)
    {
        var install = machine["install"];
        if (!install.Exists)
        {
            machine.Refuse(context is { IsBeforeDocuments: true, Options.Mode: RuntimeMode.Metal }, "needs install");
            return;
        }

        var images = new HashSet<string>();
        foreach (var extension in install["extensions"].Items)
            extension.Refuse(!images.Add(extension["image"].Text), $"{extension["image"].Text} appears twice");
        install["extensions"].Warn(!install["extensions"].IsZero, "is deprecated; put extensions into the schematic of the image");
        if (context.Options.Mode != RuntimeMode.Metal)
            return;
        var selector = install["diskSelector"];
        selector["name"].Refuse(!selector["name"].IsZero, "cannot select a disk; use serial, wwid, uuid or busPath");
        selector["type"].Refuse(!selector["type"].IsZero && Array.IndexOf(DiskTypes, selector["type"].Text) < 0,
            "must be ssd, hdd, nvme or sd");
        install.Refuse(install["disk"].IsZero && (!selector.Exists || selector.IsZero), "needs disk or diskSelector");
        install["extraKernelArgs"].Refuse(!install["extraKernelArgs"].IsZero && install["grubUseUKICmdline"].IsTrue,
            "has no effect with grubUseUKICmdline; put the arguments into the schematic of the image, or write grubUseUKICmdline: false");
    }

    private static void Type(Cursor machine, RuleContext context)
    {
        var type = machine["type"];
        type.Refuse(context.Type == MachineType.Unknown, $"\"{type.Text}\" must be controlplane or worker");
        type.Warn(context.Type == MachineType.Worker && type.Text != "worker", $"is \"{type.Text}\"; write worker");
    }

    private static void Authorities(Cursor config, Cursor machine, RuleContext context)
    {
        var (ca, accepted) = (machine["ca"], machine["acceptedCAs"]);
        machine.Refuse(!ca.Exists && accepted.Count == 0, "needs ca or acceptedCAs, to verify the Talos API's certificates");
        var hasKey = ca["key"].Bytes.Length > 0;
        if (context.IsControlPlane)
        {
            machine.Refuse(!ca.Exists, "needs ca: a control plane machine issues certificates");
            ca.Refuse(ca.Exists && !hasKey, "needs its key: a control plane machine issues certificates");
        }
        else if (context.Type == MachineType.Worker)
        {
            ca["key"].Refuse(hasKey, "is not allowed on a worker: remove it");
            ca.Refuse(ca.Exists && ca["crt"].Bytes.Length == 0 && accepted.Count == 0, "needs crt, or machine.acceptedCAs");
            var clusterKey = config["cluster"]["ca"]["key"];
            clusterKey.Refuse(clusterKey.Bytes.Length > 0, "is not allowed on a worker: remove it");
        }
    }

    private static void Disks(Cursor disks)
    {
        foreach (var disk in disks.Items)
        {
            disk.Refuse(!disk.Exists, "is null");
            var partitions = disk["partitions"];
            foreach (var (partition, i) in partitions.Items.Select((p, i) => (p, i)))
                partition.Refuse(partition["size"].IsZero && i < partitions.Count - 1,
                    "takes the rest of the disk, so it must be the last");
        }
    }

    private static void Encryption(Cursor partition)
    {
        if (!partition.Exists)
            return;
        partition["keys"].Require("needs at least one key");
        var slots = new HashSet<long>();
        foreach (var key in partition["keys"].Items)
        {
            key["slot"].Refuse(!slots.Add(key["slot"].Number), $"{key["slot"].Number} is used twice");
            key.Refuse(!key["nodeID"].Exists && !key["static"].Exists && !key["kms"].Exists && !key["tpm"].Exists,
                "needs static, nodeID, kms or tpm");
        }
    }

    private static void Logging(Cursor logging)
    {
        foreach (var destination in logging["destinations"].Items)
        {
            var endpoint = destination["endpoint"];
            if (!endpoint.Exists)
            {
                destination.Refuse("needs an endpoint");
            }
            else
            {
                var url = endpoint.Url;
                endpoint.Refuse(string.IsNullOrEmpty(url?.Host), "needs a host");
                endpoint.Refuse(url?.Scheme is not ("tcp" or "udp"), "must start with tcp:// or udp://");
            }

            destination["format"].Refuse(destination["format"].Text != "json_lines", "must be json_lines");
        }
    }

    private static void Features(Cursor features, RuleContext context)
    {
        var access = features["kubernetesTalosAPIAccess"];
        if (access["enabled"].IsTrue)
        {
            access.Refuse(context.IsBefore112 && !features["rbac"].IsTrue, "needs features.rbac: true");
            access.Refuse(!context.IsControlPlane, "is allowed only on control plane machines");
            KubernetesRules.AllowedRoles(access["allowedRoles"]);
        }

        var sort = features["nodeAddressSortAlgorithm"];
        sort.Refuse(!sort.IsZero && sort.Text.ToLowerInvariant() is not ("v1" or "v2"), "must be v1 or v2");
    }
}
