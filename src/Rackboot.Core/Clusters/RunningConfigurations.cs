using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Rackboot.Core.Machines;
using Rackboot.Talos.Configuration;
using Rackboot.Talos.Secrets;

namespace Rackboot.Core.Clusters;

/// <summary>Compares the running with the desired configurations. The node itself decides in a dry run whether a change needs a restart,
/// once for each change.</summary>
public sealed class RunningConfigurations(ClusterConfigurations configurations, IClusterNodes nodes)
{
    private readonly ConcurrentDictionary<MachineId, (string Change, ConfigurationState State)> _asked = new();

    public async Task<(ConfigurationState State, string? Problem)> CompareAsync(
        Cluster cluster, Machine machine, IPAddress node, SecretText running, CancellationToken cancel)
    {
        // A machine that no longer matches a selector stays unchanged until it is removed.
        if (ClusterMembership.RoleOf(machine, cluster) is null)
            return (ConfigurationState.Same, null);
        var composed = configurations.ComposeRunning(cluster, machine, running);
        if (composed.Configuration is not { } secret)
            return (ConfigurationState.Refused, $"it has errors: {string.Join("; ", composed.Mistakes)}");
        var (has, wanted) = (Canonical(running.Reveal()), Encoding.UTF8.GetString(secret.Reveal().Span));
        if (has == Canonical(wanted))
            return (ConfigurationState.Same, null);
        var change = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(has + "\0" + wanted)));
        if (!_asked.TryGetValue(machine.Id, out var answer) || answer.Change != change)
        {
            var (state, problem) = await AskAsync(cluster, node, secret, cancel).ConfigureAwait(false);
            if (state is ConfigurationState.Unknown or ConfigurationState.Refused)
                return (state, problem);
            _asked[machine.Id] = answer = (change, state);
        }

        return (answer.State, null);
    }

    /// <summary>A configuration in Talos's canonical form; an unreadable one is returned unchanged.</summary>
    public static string Canonical(string configuration)
    {
        var mistakes = new List<ConfigurationMistake>();
        var read = MachineConfiguration.Read(configuration, new ConfigurationOptions(), mistakes);
        return mistakes.Any(m => !m.IsWarning) ? configuration : read.ToYaml();
    }

    private async Task<(ConfigurationState State, string? Problem)> AskAsync(Cluster cluster, IPAddress node, Secret wanted,
        CancellationToken cancel)
    {
        try
        {
            return (await nodes.NeedsRestartAsync(cluster, node, wanted, cancel).ConfigureAwait(false)
                ? ConfigurationState.NeedsRestart : ConfigurationState.Differs, null);
        }
        catch (ClusterNodeException e)
        {
            return (e.Permanent ? ConfigurationState.Refused : ConfigurationState.Unknown, e.Message);
        }
    }
}
