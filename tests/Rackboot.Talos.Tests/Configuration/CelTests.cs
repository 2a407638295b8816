using Rackboot.Talos.Configuration.Cel;

namespace Rackboot.Talos.Tests.Configuration;

/// <summary>Expressions: google/cel-spec doc/langdef.md, with the names of siderolabs/talos pkg/machinery/cel/celenv/celenv.go.</summary>
public sealed class CelTests
{
    [Theory]
    [InlineData("disk.size > 120u * GiB && disk.size <= 1u * TB")]
    [InlineData("!system_disk && disk.transport == 'nvme'")]
    [InlineData("disk.serial in ['A', \"B\"] || glob('SAMSUNG*', disk.model)")]
    [InlineData("disk.model.startsWith('x') ? disk.rotational : !disk.rotational")]
    [InlineData("'/dev/disk/by-id/x' in disk.symlinks")]
    [InlineData("disk.symlinks.exists(s, s.contains('x')) // a comment")]
    [InlineData("size(disk.serial) > 3 && disk.serial.matches(r'^S\\d+$')")]
    [InlineData("(disk.size / 1000u) % 2u == 0u && -1 < 0 && 1.5e3 > .5 && 0x10 == 16")]
    [InlineData("true")]
    public void An_expression_that_fits_is_taken(string text) => Assert.Null(CelChecker.Mistake(text, CelEnvironment.Disk, CelType.Bool));

    [Theory]
    [InlineData("", "did not expect the end")]
    [InlineData("disk.size > 120", "> does not take uint and int; write the number as 120u")]
    [InlineData("disk.size", "the expression is uint; it must be bool")]
    [InlineData("disk.siz > 1u", "disk has no field siz")]
    [InlineData("dsk.size > 1u", "unknown name dsk")]
    [InlineData("disk.size >", "did not expect the end")]
    [InlineData("disk.size > 1u &", "unknown token")]
    [InlineData("disk.serial == 1", "== does not take string and int")]
    [InlineData("disk.serial && true", "before && is string")]
    [InlineData("(disk.rotational", "did not expect the end")]
    [InlineData("disk.rotational)", "did not expect )")]
    [InlineData("'open", "unknown token")]
    [InlineData("volume.name == 'a'", "unknown name volume")]
    [InlineData("frob(disk.size)", "unknown function frob(uint)")]
    [InlineData("glob('a')", "unknown function glob(string)")]
    [InlineData("if == 1", "if is a reserved word")]
    [InlineData("true ? 1 : 'a'", "one branch of ?: is int, the other string")]
    public void An_expression_that_does_not_fit_is_refused_with_its_place(string text, string expected) =>
        Assert.Contains(expected, CelChecker.Mistake(text, CelEnvironment.Disk, CelType.Bool), StringComparison.Ordinal);

    [Fact]
    // constants.go, DefaultOOMTriggerExpression and DefaultOOMCgroupRankingExpression, in shape
    public void Talos_own_expressions_for_memory_pressure_are_taken()
    {
        Assert.Null(CelChecker.Mistake(
            "multiply_qos_vectors(d_qos_memory_full_total, {System: 8.0, Podruntime: 4.0}) > 3000.0 || (memory_full_avg10 > 75.0 && "
                + "time_since_trigger > duration(\"10s\"))",
            CelEnvironment.OomTrigger, CelType.Bool));
        Assert.Null(CelChecker.Mistake(
            "memory_max.hasValue() ? 0.0 : {Besteffort: 1.0, Burstable: 0.5}[class] * double(memory_current.orValue(0u))",
            CelEnvironment.OomRanking, CelType.Double));
    }

    [Fact]
    public void Nesting_is_bounded() => Assert.Contains("nested too deep",
        CelChecker.Mistake(new string('(', 500), CelEnvironment.Disk, CelType.Bool), StringComparison.Ordinal);
}
