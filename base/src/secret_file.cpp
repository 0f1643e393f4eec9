#include "cicada/base/secret_file.h"

#include <sys/stat.h>

#include "cicada/base/file.h"

namespace cicada::base {

Result<SecretBytes> read_secret_file(const std::filesystem::path& path, std::size_t max_size) {
  struct stat info{};
  if (::stat(path.c_str(), &info) == 0 && (info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return fail({.fault = Fault::bad_input,
                 .what = "others than its owner may open a file with a key or a PIN",
                 .hint = "chmod 600 such files (*.key), and think about who may have read them"});
  }
  CICADA_TRY(auto content, read_file(path, max_size));
  return SecretBytes{std::move(content)};
}

}  // namespace cicada::base
