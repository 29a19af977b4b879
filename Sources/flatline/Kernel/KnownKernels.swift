import UserModeKernel

/// The kernels that there are.
enum KnownKernels {
  /// As they were found before this process entered a user namespace, in which nobody can tell who owns them; nil if it
  /// has not.
  @TaskLocal static var beforeNamespace: Result<KernelInventory, UserModeKernelError>?

  static func inventory() throws(UserModeKernelError) -> KernelInventory {
    try (beforeNamespace ?? look()).get()
  }

  static func look() -> Result<KernelInventory, UserModeKernelError> {
    Result { () throws(UserModeKernelError) in try KernelInventory.take() }
  }
}
