using System.Globalization;
using System.Text.RegularExpressions;

namespace Rackboot.Talos.Configuration.Validation;

/// <summary>
/// Kubernetes releases that a Talos release supports; nodes check it when they get a configuration (pkg/machinery/compatibility,
/// v1alpha1_validation.go ValidateKubernetesVersions). Each Talos release from 1.11 to 1.14 supports six.
/// </summary>
internal static partial class KubernetesVersionRules
{
    private static readonly string[] Components = ["apiServer", "controllerManager", "scheduler"];
    private static readonly string[] Kinds = ["KubeletConfig", "KubeAPIServerConfig", "KubeControllerManagerConfig", "KubeSchedulerConfig",
        "KubeProxyConfig"];

    public static void Apply(IReadOnlyList<(string Kind, Cursor Document)> documents, RuleContext context)
    {
        if (!context.Options.AsNode || context.Options.Release is not { Major: 1, Minor: >= 11 and <= 14 } release)
            return;
        if (context.Legacy is { } legacy)
        {
            Image(legacy["machine"]["kubelet"]["image"], release);
            foreach (var component in context.IsControlPlane ? Components : [])
                Image(legacy["cluster"][component]["image"], release);
        }

        foreach (var (kind, document) in documents.Where(d => Array.IndexOf(Kinds, d.Kind) >= 0))
            Image(document["image"], release);
    }

    private static void Image(Cursor image, TalosRelease release)
    {
        if (image.IsZero)
            return;
        var (least, most) = (release.Minor + 18, release.Minor + 23);
        var tag = Tag().Match(image.Text);
        if (!tag.Success)
            image.Refuse("needs a tag with the Kubernetes release, such as :v1.35.0");
        else
        {
            image.Refuse(tag.Groups[1].Value != "1" || int.Parse(tag.Groups[2].Value, CultureInfo.InvariantCulture) is var minor
                && (minor < least || minor > most),
                $"Talos {release} supports Kubernetes 1.{least} to 1.{most}, not {tag.Groups[1].Value}.{tag.Groups[2].Value}");
        }
    }

    [GeneratedRegex(@":v(\d{1,4})\.(\d{1,4})\.\d{1,6}[^:]*$")]
    private static partial Regex Tag();
}
