using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using System.Reflection;
using System.Runtime.InteropServices;
using System.ServiceProcess;
using System.Text;

[assembly: AssemblyTitle("Runs scimctl as a Windows service")]
[assembly: AssemblyProduct("scimctl")]
[assembly: AssemblyVersion("1.0.0.0")]

/// Starts the program that the file beside this one names, and ends it in order when Windows asks.
/// NAME.conf has a setting a line, name=value, in UTF-8; lines that begin with # are comments:
/// service: the name of the service; program: what is started; arguments: its command line behind that;
/// log: where its output goes; stopseconds: how long it may take to end.
public sealed class ServiceWrapper : ServiceBase
{
    private readonly Settings settings;
    private readonly object ending = new object();
    private IntPtr job;
    private Process child;
    private RotatingLog log;
    private bool isStopping;

    private ServiceWrapper(Settings settings)
    {
        this.settings = settings;
        ServiceName = settings["service"];
        CanShutdown = true;
        AutoLog = false;
    }

    public static int Main()
    {
        string own = Assembly.GetExecutingAssembly().Location;
        Settings settings = Settings.Read(Path.ChangeExtension(own, ".conf"));
        if (Environment.UserInteractive)
        {
            Console.Error.WriteLine("Windows starts this program as the service {0}.", settings["service"]);
            return 2;
        }
        Run(new ServiceWrapper(settings));
        return 0;
    }

    protected override void OnStart(string[] args)
    {
        log = new RotatingLog(settings["log"]);
        // Without a console there is no Ctrl-Break, by which the program is told to end. It inherits this one.
        if (!Native.AllocConsole()) throw new Win32Exception();
        Native.SetConsoleCtrlHandler(Ignore, true);
        job = Native.KillingJob();
        child = new Process { EnableRaisingEvents = true };
        child.StartInfo = new ProcessStartInfo(settings["program"], settings["arguments"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = Path.GetDirectoryName(settings["log"]),
        };
        child.OutputDataReceived += (_, line) => log.Write(line.Data);
        child.ErrorDataReceived += (_, line) => log.Write(line.Data);
        child.Exited += (_, end) => Ended();
        child.Start();
        if (!Native.AssignProcessToJobObject(job, child.Handle)) throw new Win32Exception();
        child.BeginOutputReadLine();
        child.BeginErrorReadLine();
        Tell(EventLogEntryType.Information, "Started: " + settings["program"]);
    }

    protected override void OnStop()
    {
        RequestAdditionalTime(Patience + 10000);
        End();
    }

    /// Windows itself gives no more time than its own settings allow.
    protected override void OnShutdown()
    {
        End();
    }

    private int Patience
    {
        get { return int.Parse(settings["stopseconds"]) * 1000; }
    }

    private void End()
    {
        lock (ending) isStopping = true;
        // To all processes of the console: the program, and this one, which ignores it.
        Native.GenerateConsoleCtrlEvent(Native.CtrlBreak, 0);
        if (child != null && !child.WaitForExit(Patience))
        {
            Tell(EventLogEntryType.Warning, "The program did not end in time and was killed.");
            Native.TerminateJobObject(job, 1);
        }
        Tell(EventLogEntryType.Information, "Stopped.");
    }

    /// The program has ended. If nobody asked for it, Windows is told of an error, after which it starts the service again.
    private void Ended()
    {
        lock (ending) if (isStopping) return;
        child.WaitForExit();
        ExitCode = child.ExitCode == 0 ? 1 : child.ExitCode;
        Tell(EventLogEntryType.Error, "The program ended with exit code " + child.ExitCode + ". Read " + settings["log"]);
        Stop();
    }

    private void Tell(EventLogEntryType type, string text)
    {
        try { EventLog.WriteEntry(ServiceName, text, type, 1); }
        catch (Exception) { log.Write(text); } // The source is not registered.
    }

    private static readonly Native.CtrlHandler Ignore = _ => true;
}

/// The lines name=value of a file.
internal sealed class Settings
{
    private readonly string path;
    private readonly Dictionary<string, string> values = new Dictionary<string, string>();

    private Settings(string path) { this.path = path; }

    public static Settings Read(string path)
    {
        var settings = new Settings(path);
        foreach (string line in File.ReadAllLines(path, Encoding.UTF8))
        {
            int at = line.IndexOf('=');
            if (at > 0 && line[0] != '#') settings.values[line.Substring(0, at)] = line.Substring(at + 1);
        }
        return settings;
    }

    public string this[string name]
    {
        get
        {
            string value;
            if (values.TryGetValue(name, out value)) return value;
            throw new InvalidDataException(path + " has no line " + name + "=");
        }
    }
}

/// A file of lines that becomes NAME.1 when it is full, NAME.1 becomes NAME.2, and so on.
internal sealed class RotatingLog
{
    private const long Full = 10 * 1024 * 1024;
    private const int Kept = 8;
    private readonly object writing = new object();
    private readonly string path;

    public RotatingLog(string path) { this.path = path; }

    public void Write(string line)
    {
        if (line == null) return;
        lock (writing)
        {
            try
            {
                var file = new FileInfo(path);
                if (file.Exists && file.Length > Full) Rotate();
                File.AppendAllText(path, line + "\r\n", new UTF8Encoding(false));
            }
            catch (IOException) { } // A full disk must not end the endpoint.
            catch (UnauthorizedAccessException) { }
        }
    }

    private void Rotate()
    {
        File.Delete(path + "." + Kept);
        for (int at = Kept - 1; at > 0; at--)
            if (File.Exists(path + "." + at)) File.Move(path + "." + at, path + "." + (at + 1));
        File.Move(path, path + ".1");
    }
}

/// What .NET does not have: consoles, and jobs, whose processes end with the last handle.
internal static class Native
{
    public const uint CtrlBreak = 1;
    private const int ExtendedLimits = 9;
    private const uint KillOnClose = 0x2000;

    public delegate bool CtrlHandler(uint type);

    /// With this process its program ends as well, however this process ends.
    public static IntPtr KillingJob()
    {
        IntPtr job = CreateJobObject(IntPtr.Zero, null);
        var limits = new ExtendedLimit();
        limits.Basic.LimitFlags = KillOnClose;
        if (job == IntPtr.Zero || !SetInformationJobObject(job, ExtendedLimits, ref limits, Marshal.SizeOf(limits)))
            throw new Win32Exception();
        return job;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct BasicLimit
    {
        public long PerProcessTime, PerJobTime;
        public uint LimitFlags;
        public UIntPtr MinimumWorkingSet, MaximumWorkingSet;
        public uint ActiveProcesses;
        public UIntPtr Affinity;
        public uint PriorityClass, SchedulingClass;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct ExtendedLimit
    {
        public BasicLimit Basic;
        public ulong Reads, Writes, Others, ReadBytes, WriteBytes, OtherBytes;
        public UIntPtr ProcessMemory, JobMemory, PeakProcessMemory, PeakJobMemory;
    }

    [DllImport("kernel32", SetLastError = true)]
    public static extern bool AllocConsole();
    [DllImport("kernel32", SetLastError = true)]
    public static extern bool SetConsoleCtrlHandler(CtrlHandler handler, bool add);
    [DllImport("kernel32", SetLastError = true)]
    public static extern bool GenerateConsoleCtrlEvent(uint type, uint group);
    [DllImport("kernel32", SetLastError = true, CharSet = CharSet.Unicode)]
    private static extern IntPtr CreateJobObject(IntPtr security, string name);
    [DllImport("kernel32", SetLastError = true)]
    private static extern bool SetInformationJobObject(IntPtr job, int kind, ref ExtendedLimit limits, int size);
    [DllImport("kernel32", SetLastError = true)]
    public static extern bool AssignProcessToJobObject(IntPtr job, IntPtr process);
    [DllImport("kernel32", SetLastError = true)]
    public static extern bool TerminateJobObject(IntPtr job, uint exitCode);
}
