using System.ComponentModel;
using System.Runtime.InteropServices;

namespace HmacFileServer.Lab.Native;

/// <summary>Turns the error number of a failed call into an exception that says what was tried.</summary>
internal static class NativeError
{
    /// <summary>Interrupted by a signal; try again.</summary>
    public const int Interrupted = 4;

    /// <summary>The exception for the last failed call.</summary>
    /// <param name="what">What was tried, as an infinitive: "bind eth0".</param>
    public static IOException Last(string what)
    {
        var number = Marshal.GetLastPInvokeError();
        return new IOException($"cannot {what}: {new Win32Exception(number).Message} (errno {number})");
    }

    /// <summary>Throws if <paramref name="result"/> is negative; else returns it.</summary>
    public static int Check(int result, string what) => result < 0 ? throw Last(what) : result;
}
