using Rackboot.Core.Machines;
using Rackboot.Core.Power.Firmware;

namespace Rackboot.Core.Power.Reports;

/// <summary>What a BMC tells of its machine and itself, whatever it speaks. Every call may throw <see cref="PowerException"/>; what a
/// protocol or a BMC does not have is <see cref="PowerFailure.NotSupported"/>.</summary>
public interface IBmcReports
{
    /// <summary>Who the machine and its BMC are, as names and values in the order to show them.</summary>
    Task<IReadOnlyList<BmcFact>> InfoAsync(CancellationToken cancel);

    Task<IReadOnlyList<BmcSensor>> SensorsAsync(CancellationToken cancel);

    /// <summary>The newest entries of the event log, oldest first.</summary>
    Task<IReadOnlyList<BmcLogEntry>> LogAsync(int most, CancellationToken cancel);

    Task ClearLogAsync(CancellationToken cancel);

    /// <summary>What parts the machine is made of: part, then its facts.</summary>
    Task<IReadOnlyList<BmcFact>> PartsAsync(CancellationToken cancel);

    /// <summary>The hardware addresses of the machine's own network cards, as far as the BMC knows them.</summary>
    Task<IReadOnlyList<MacAddress>> CardsAsync(CancellationToken cancel) =>
        throw new PowerException(PowerFailure.NotSupported, "this BMC does not report the machine's network cards");

    Task<IReadOnlyList<BmcMediaSlot>> MediaAsync(CancellationToken cancel);

    Task InsertMediaAsync(Uri image, CancellationToken cancel);

    Task EjectMediaAsync(CancellationToken cancel);

    Task<IReadOnlyList<BmcFirmware>> FirmwareAsync(CancellationToken cancel);

    /// <summary>Has the BMC install firmware, and follows that to its end.</summary>
    /// <param name="progress">Is told each step in words.</param>
    /// <returns>How it ended, in words.</returns>
    Task<string> UpdateAsync(FirmwareImage image, Action<string> progress, CancellationToken cancel) =>
        throw new PowerException(
            PowerFailure.NotSupported, "Rackboot installs firmware over Redfish, which this driver does not use; use the BMC's web page");

    /// <summary>Changes the password of the user that is logged in. The connection still holds the old one.</summary>
    Task ChangePasswordAsync(Secret next, CancellationToken cancel);
}
