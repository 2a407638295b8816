using Rackboot.Talos.Configuration.Patching;
using Rackboot.Talos.Configuration.Validation;
using Rackboot.Talos.Secrets;

namespace Rackboot.Talos.Configuration.Generation;

/// <summary>
/// Composes machines' configurations: the base of the role, then the machine's own values, then patches in the order given (profile,
/// cluster, role, machine), so that the most specific patch wins. A base is generated once and shared by the machines of
/// its role.
/// </summary>
public sealed class ConfigurationComposer
{
    private readonly MachineConfiguration _base;
    private readonly ConfigurationOptions _options;
    private readonly TalosRelease _contract;

    private ConfigurationComposer(MachineConfiguration configuration, TalosRelease contract, ConfigurationOptions options) =>
        (_base, _contract, _options) = (configuration, contract, options);

    /// <summary>Generates the base of a role.</summary>
    /// <param name="settings">The cluster.</param>
    /// <param name="secrets">Its secrets.</param>
    /// <param name="role">The role.</param>
    /// <param name="options">The options of validation; the machines' release may be newer than the contract.</param>
    /// <param name="mistakes">The errors in the settings.</param>
    public static ConfigurationComposer? Create(
        ClusterSettings settings, ClusterSecrets secrets, MachineRole role, ConfigurationOptions options,
        List<ConfigurationMistake> mistakes) =>
        BaseConfiguration.Generate(settings, secrets, role, mistakes) is { } configuration ? new(configuration, settings.Contract, options)
            : null;

    /// <summary>Composes and checks the configuration of a machine.</summary>
    /// <param name="values">The machine's own values.</param>
    /// <param name="patches">Profile, cluster, role and machine patches, in this order.</param>
    /// <param name="mistakes">The errors and warnings.</param>
    /// <returns>The configuration; null if there are errors.</returns>
    public MachineConfiguration? Compose(MachineValues values, IReadOnlyList<ConfigurationPatch> patches,
        List<ConfigurationMistake> mistakes)
    {
        var own = ConfigurationPatch.Of(MachineValuePatch.Write(values, _contract), _options with { Release = _contract }, mistakes);
        if (own is null || ConfigurationPatcher.Apply(_base, [own, .. patches], _options, mistakes) is not { } composed)
            return null;
        var found = Findings(composed);
        if (found.All(m => m.IsWarning))
        {
            mistakes.AddRange(found);
            return composed;
        }

        mistakes.AddRange(found.Select(m => m.IsWarning ? m : m with { File = Cause(m, own, patches) }));
        return null;
    }

    private IReadOnlyList<ConfigurationMistake> Findings(MachineConfiguration composed) =>
        ConfigurationValidator.Validate(composed, _options with { AsNode = true });

    // The patch that made this mistake: with those before it the configuration is without it. What is generated has no lines, so a line of
    // the mistake is one of a patch.
    private string? Cause(ConfigurationMistake mistake, ConfigurationPatch own, IReadOnlyList<ConfigurationPatch> patches)
    {
        for (var count = 0; count <= patches.Count; count++)
            if (ConfigurationPatcher.Apply(_base, [own, .. patches.Take(count)], _options, []) is { } composed
                && Findings(composed).Any(m => (m.Document, m.Path, m.Message) == (mistake.Document, mistake.Path, mistake.Message)))
                return count == 0 ? null : patches[count - 1].Source;
        return null;
    }
}
