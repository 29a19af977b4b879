import Testing
import UserModeKernel

@Suite("The guest machine")
struct GuestMachineTests {}
