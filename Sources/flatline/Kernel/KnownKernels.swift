import UserModeKernel

/// The available kernels.
enum KnownKernels {
  /// The inventory from before this process entered a user namespace, in which their owners are not visible; nil if it
  /// has not entered one.
  @TaskLocal static var beforeNamespace: Result<KernelInventory, UserModeKernelError>?

  static func inventory() throws(UserModeKernelError) -> KernelInventory {
    try (beforeNamespace ?? look()).get()
  }

  static func look() -> Result<KernelInventory, UserModeKernelError> {
    Result { () throws(UserModeKernelError) in try KernelInventory.take() }
  }
}
