using System.Net;
using Rackboot.Cloud.Http;

namespace Rackboot.Cloud.Ironic;

/// <summary>What Ironic answers. A server is a node with an instance on it, known by the instance: nodes are used again.</summary>
internal static class IronicAnswers
{
    /// <param name="allocation">The allocation that has the node; nothing if another service put the instance there, or none did.</param>
    public static CloudServer? Server(Answer node, Answer allocation)
    {
        var word = node["provision_state"].Text ?? "";
        var instance = node.Any("instance_uuid").Text ?? allocation["uuid"].Text;
        if ((instance ?? node["uuid"].Text) is not { Length: > 0 } id || node.IsNothing)
            return null;
        // A node that is free is no server any more.
        var state = instance is null && word is "available" or "manageable" or "enroll" ? CloudState.Gone : IronicTraits.States.Of(word);
        bool? on = node["power_state"].Text switch { "power on" => true, "power off" => false, _ => null };
        return new CloudServer
        {
            Id = id,
            Name = allocation["name"].Text ?? node.Any("instance_name").Text ?? node["instance_info"].Any("display_name").Text
                ?? node["name"].Text ?? "",
            State = state == CloudState.Running && on is false ? CloudState.Stopped : state,
            Word = word,
            On = on,
            Addresses = [.. node["network_data"]["networks"].Items.Select(n => n["ip_address"].Address).OfType<IPAddress>()],
            Plan = node.Any("resource_class").Text ?? allocation["resource_class"].Text,
        };
    }

    /// <summary>An order to which no node was found yet, or to which none can be.</summary>
    public static CloudServer? Waiting(Answer allocation) => allocation["uuid"].Text is not { Length: > 0 } id ? null : new CloudServer
    {
        Id = id,
        Name = allocation["name"].Text ?? "",
        State = allocation["state"].Text switch
        {
            "allocating" => CloudState.Ordered,
            "active" => CloudState.Provisioning,
            "error" => CloudState.Failed,
            _ => CloudState.Unknown,
        },
        Word = allocation["state"].Text ?? "",
        Plan = allocation["resource_class"].Text,
    };

    /// <summary>Nodes of one class are one plan.</summary>
    public static CloudOffer Offer(string plan, string location, IReadOnlyList<Answer> nodes)
    {
        var about = nodes.FirstOrDefault(n => !n["properties"]["cpus"].IsNothing)["properties"];
        return new CloudOffer
        {
            Plan = plan,
            Location = location,
            Cores = about["cpus"].Whole,
            MemoryGiB = about["memory_mb"].Number / 1024,
            Disks = about["local_gb"].Text is { } size ? $"{size} GB" : null,
            Architecture = about["cpu_arch"].Text is "aarch64" ? "arm64" : "amd64",
            Stock = nodes.Count(IsFree) switch { 0 => CloudStock.Out, 1 => CloudStock.Low, _ => CloudStock.In },
        };
    }

    // api-ref, allocations: what a node must be to be found.
    private static bool IsFree(Answer node) => node["provision_state"].Text == "available" && node["instance_uuid"].IsNothing
        && node["maintenance"].Flag is not true && !node["power_state"].IsNothing;
}
