// A file for the sender of a batch, which is whole or not there.
#pragma once

#include <filesystem>
#include <fstream>
#include <string_view>

namespace cicada::tools {

/// Lines go into FILE.part and take the name FILE when keep() is called: a run that is killed, stopped, or in trouble
/// leaves what an earlier one wrote as it was, and a reader never meets half a file. What is no file (a pipe, a device)
/// or a link (/dev/stdout is one) is written to as it is. Silent without a path.
class SenderFile {
 public:
  /// Whether two of them would write one file, however its name is spelled: FILE or FILE.part of either.
  [[nodiscard]] static bool collide(const std::filesystem::path& one, const std::filesystem::path& other);

  explicit SenderFile(std::filesystem::path path);
  SenderFile(const SenderFile&) = delete;
  SenderFile& operator=(const SenderFile&) = delete;
  SenderFile(SenderFile&&) = delete;
  SenderFile& operator=(SenderFile&&) = delete;
  /// What was not kept goes.
  ~SenderFile();

  [[nodiscard]] bool wanted() const noexcept { return !path_.empty(); }
  /// It can be written to, as far as is known.
  [[nodiscard]] bool good() const { return !wanted() || out_.good(); }
  void add(std::string_view line);
  /// True when everything is on disk under the file's name.
  [[nodiscard]] bool keep();

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
  std::filesystem::path beside_;  ///< empty: nothing to rename
  std::ofstream out_;
};

}  // namespace cicada::tools
