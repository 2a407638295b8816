using FsCheck;
using FsCheck.Fluent;
using Rackboot.Talos.ImageFactory;

namespace Rackboot.Talos.Tests;

/// <summary>Schematics and their ids.</summary>
public sealed class SchematicTests
{
    // siderolabs/image-factory pkg/schematic/schematic_test.go; the extension's id stands in Talos's documentation.
    public static TheoryData<string, string> Published => new()
    {
        { "{}", "376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba" },
        { "customization: {}", "376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba" },
        { "customization: {extraKernelArgs: []}", "376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba" },
        { """{"customization": {"extraKernelArgs": ["noapic", "nolapic"], "systemExtensions": {}}}""",
          "9cba8e32753f91a16c1837ab8abf356af021706ef284aef07380780177d9a06c" },
        { """{"customization": {"meta": [{"key": 10, "value": "foo"}], "extraKernelArgs": []}}""",
          "d308a2a5ee2277bed5fbaa104fcbc8d59122abfa737df987a95b4ca763459a7f" },
        { "customization:\n  meta:\n  - { value: foo, key: 0xa }\n", "d308a2a5ee2277bed5fbaa104fcbc8d59122abfa737df987a95b4ca763459a7f" },
        { "customization:\n  systemExtensions:\n    officialExtensions:\n      - siderolabs/qemu-guest-agent\n",
            "ce4c980550dd2ab1b17bbf2b08801c7eb59418eafe8f279833297925d67c7515" },
        { """{"overlay": {"name": "rpi_generic", "image": "siderolabs/sbc-raspberrypi"}}""",
          "ee21ef4a5ef808a9b7484cc0dda0f25075021691c8c09a276591eedb638ea1f9" },
        { """{"customization":{"secureboot": {"includeWellKnownCertificates": true}}}""",
          "fa8e05f142a851d3ee568eb0a8e5841eaf6b0ebc8df9a63df16ac5ed2c04f3e6" },
        { "customization: { diskImage: { sectorSize: 4096 } }", "92833e9ddd9bb9e11b2464fa5525429f01866306d52ebd882ee08d7918f6d1ea" },
    };

    [Theory]
    [MemberData(nameof(Published))]
    public void The_id_is_the_one_that_the_factory_publishes(string text, string id) => Assert.Equal(id, Parse(text).Id);

    // How go.yaml.in/yaml/v4 writes such strings (internal/libyaml/representer.go and emitter.go).
    [Theory]
    [InlineData("plain words", "plain words")]
    [InlineData("console=ttyS0,115200n8", "console=ttyS0,115200n8")]
    [InlineData("a: b", "'a: b'")]
    [InlineData("it's # here", "'it''s # here'")]
    [InlineData("-quiet", "-quiet")]
    [InlineData("- quiet", "'- quiet'")]
    [InlineData("*", "'*'")]
    [InlineData(" edge", "' edge'")]
    [InlineData("true", "\"true\"")]
    [InlineData("1_000", "\"1_000\"")]
    [InlineData("0x1F", "\"0x1F\"")]
    [InlineData("1e3", "\"1e3\"")]
    [InlineData("2026-08-21", "\"2026-08-21\"")]
    [InlineData("null", "\"null\"")]
    [InlineData("yes", "'yes'")]
    [InlineData("12:30", "'12:30'")]
    [InlineData("tab\there", "\"tab\\there\"")]
    [InlineData("bell\u0007", "\"bell\\a\"")]
    [InlineData("größe", "größe")]
    public void A_text_is_written_as_Go_writes_it(string value, string written) =>
        Assert.Equal($"customization:\n    extraKernelArgs:\n        - {written}\n",
            new Schematic { ExtraKernelArgs = [value] }.ToCanonicalText());

    [Theory]
    [InlineData("a: 1\nb: 2\n", "|\n        a: 1\n        b: 2\n")]
    [InlineData("a: 1\n\nb: 2", "|-\n        a: 1\n\n        b: 2\n")]
    [InlineData("a\n\n", "|+\n        a\n\n")]
    [InlineData("  a\nb\n", "|4\n          a\n        b\n")]
    [InlineData("a \nb\n", "\"a \\nb\\n\"\n")]
    public void Lines_are_written_as_a_block(string value, string written) =>
        Assert.Equal($"customization:\n    embeddedMachineConfiguration: {written}",
            new Schematic { EmbeddedMachineConfiguration = value }.ToCanonicalText());

    [Fact]
    public void Options_of_an_overlay_are_sorted_and_keep_their_types() =>
        Assert.Equal(
            "overlay:\n    image: i\n    name: board\n    options:\n        a: true\n        b2: \"7\"\n        b10:\n            - 1\n    "
                + "        - x: 2\n              z: 255\n        configTxt: |\n            one\n            two\ncustomization: {}\n",
            Parse("overlay: { image: i, name: board, options: { configTxt: \"one\\ntwo\\n\", b10: [1, { z: 0xff, x: 2 }], b2: '7', a: True "
                + "} }").ToCanonicalText());

    [Fact]
    public void Its_canonical_text_reads_back_as_the_same_schematic()
    {
        var schematic = Parse(
            """
            overlay: { image: i, name: n }
            customization:
              embeddedMachineConfiguration: "machine:\n  type: worker\n"
              extraKernelArgs: ["a: b", "yes", "7"]
              meta: [{ key: 12, value: "{}" }]
              systemExtensions: { officialExtensions: [siderolabs/intel-ucode] }
              bootloader: SD-Boot
              secureboot: { enrollKeys: force }
            """);
        Assert.Equal("sd-boot", schematic.Bootloader);
        Assert.Equal(schematic.Id, Parse(schematic.ToCanonicalText()).Id);
    }

    [Fact]
    public void Every_mistake_is_named_with_its_line()
    {
        Assert.False(Schematic.TryParse("customization:\n  extraKernelArg: [a]\n  meta:\n    - key: 300\n  bootloader: lilo\nfoo: 1\n",
            out _, out var mistakes));
        Assert.Equal(
        [
            "line 6: foo: unknown field; allowed: owner, overlay, customization",
            "line 2: customization.extraKernelArg: unknown field; allowed: embeddedMachineConfiguration, extraKernelArgs, "
                + "meta, systemExtensions, bootloader, secureboot, diskImage",
            "line 4: customization.meta[0].key: \"300\" is not a whole number from 0 to 255",
            "line 5: customization.bootloader: \"lilo\" is not allowed; allowed: auto, none, dual-boot, sd-boot, grub",
        ], mistakes.Select(m => m.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("- a")]
    [InlineData("a: b: c")]
    [InlineData("{}\n---\n{}")]
    [InlineData("customization: &a { extraKernelArgs: [] }")]
    public void What_is_no_schematic_is_refused_with_a_reason(string text)
    {
        Assert.False(Schematic.TryParse(text, out _, out var mistakes));
        Assert.NotEmpty(mistakes);
    }

    [Fact]
    public void Hostile_text_never_throws() =>
        Prop.ForAll<string>(text => Schematic.TryParse(text ?? "", out _, out _) || true).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_text_in_it_reads_back_as_it_was() =>
        Prop.ForAll<string>(text =>
        {
            var value = new string([.. (text ?? "").Where(c => c is >= ' ' and < '\u07ff' && !char.IsControl(c))]);
            return value.Length == 0 || Parse(new Schematic { ExtraKernelArgs = [value] }.ToCanonicalText()).ExtraKernelArgs[0] == value;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("v1.13.9", false, "factory.talos.dev/metal-installer/abc:v1.13.9")]
    [InlineData("v1.13.9", true, "factory.talos.dev/metal-installer-secureboot/abc:v1.13.9")]
    [InlineData("v1.9.6", false, "factory.talos.dev/installer/abc:v1.9.6")]
    public void An_installer_is_named_for_schematic_version_and_Secure_Boot(string version, bool secureBoot, string image) =>
        Assert.Equal(image, FactoryPath.InstallerImage("factory.talos.dev", "abc", version, secureBoot));

    private static Schematic Parse(string text)
    {
        Assert.True(Schematic.TryParse(text, out var schematic, out var mistakes), string.Join("\n", mistakes));
        return schematic;
    }
}
