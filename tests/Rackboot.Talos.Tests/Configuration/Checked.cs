using Rackboot.Talos.Configuration;
using Rackboot.Talos.Configuration.Validation;

namespace Rackboot.Talos.Tests.Configuration;

/// <summary>Checks texts.</summary>
internal static class Checked
{
    /// <summary>What Talos would refuse, a line each.</summary>
    public static string Mistakes(string text, ConfigurationOptions? options = null) =>
        string.Join('\n', ConfigurationValidator.Validate(text, options ?? new ConfigurationOptions()).Where(m => !m.IsWarning));

    /// <summary>What Talos would warn of.</summary>
    public static string Warnings(string text) =>
        string.Join('\n', ConfigurationValidator.Validate(text, new ConfigurationOptions()).Where(m => m.IsWarning));
}
