using System.Globalization;
using System.Text;

namespace Rackboot.Talos.ImageFactory;

/// <summary>The canonical text of a schematic: the factory's field order, an indentation of four, no empty values
/// (siderolabs/image-factory pkg/schematic/schematic.go, go.yaml.in/yaml/v4 with the defaults of v3).</summary>
internal static class SchematicText
{
    private const string Step = "    ";

    public static string Write(Schematic schematic)
    {
        var text = new StringBuilder();
        Value(text, "", "owner", schematic.Owner);
        if (schematic.Overlay is { } overlay)
        {
            text.Append("overlay:\n");
            Line(text, Step, "image", overlay.Image);
            Line(text, Step, "name", overlay.Name);
            if (overlay.Options.Count > 0)
                text.Append($"{Step}options:\n");
            foreach (var line in overlay.Options)
                text.Append(line.Length == 0 ? "" : Step + Step).Append(line).Append('\n');
        }

        var customization = Customization(schematic);
        return text.Append(customization.Length == 0 ? "customization: {}\n" : "customization:\n").Append(customization).ToString();
    }

    private static StringBuilder Customization(Schematic schematic)
    {
        var text = new StringBuilder();
        Value(text, Step, "embeddedMachineConfiguration", schematic.EmbeddedMachineConfiguration);
        List(text, Step, "extraKernelArgs", schematic.ExtraKernelArgs);
        if (schematic.Meta.Count > 0)
            text.Append($"{Step}meta:\n");
        foreach (var meta in schematic.Meta)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Step}{Step}- key: {meta.Key}\n");
            Line(text, Step + Step + "  ", "value", meta.Value);
        }

        if (schematic.OfficialExtensions.Count > 0)
            text.Append($"{Step}systemExtensions:\n");
        List(text, Step + Step, "officialExtensions", schematic.OfficialExtensions);
        Value(text, Step, "bootloader", schematic.Bootloader);
        if (schematic.EnrollKeys.Length > 0 || schematic.IncludeWellKnownCertificates)
            text.Append($"{Step}secureboot:\n");
        Value(text, Step + Step, "enrollKeys", schematic.EnrollKeys);
        if (schematic.IncludeWellKnownCertificates)
            text.Append($"{Step}{Step}includeWellKnownCertificates: true\n");
        if (schematic.SectorSize > 0)
            text.Append(CultureInfo.InvariantCulture, $"{Step}diskImage:\n{Step}{Step}sectorSize: {schematic.SectorSize}\n");
        return text;
    }

    private static void Value(StringBuilder text, string indent, string key, string value)
    {
        if (value.Length > 0)
            Line(text, indent, key, value);
    }

    private static void Line(StringBuilder text, string indent, string key, string value) =>
        text.Append(indent).Append(key).Append(": ").Append(GoYamlScalar.Write(value, indent + Step)).Append('\n');

    private static void List(StringBuilder text, string indent, string key, IReadOnlyList<string> values)
    {
        if (values.Count > 0)
            text.Append(indent).Append(key).Append(":\n");
        foreach (var value in values)
            text.Append(indent).Append(Step).Append("- ").Append(GoYamlScalar.Write(value, indent + Step + "  ")).Append('\n');
    }
}
