// A folder in which the `openssl` command works for a test.
#pragma once

#include <cstdlib>
#include <string>
#include <string_view>

#include "cicada/base/bytes.h"
#include "cicada/base/file.h"
#include "folder.h"

/// A folder of its own, with the document to sign in it; gone afterwards.
class Workshop {
 public:
  Workshop() { put("document", cicada::base::as_bytes(kDocument)); }

  void put(const std::string& name, cicada::base::ByteView content) const {
    cicada::base::write_file(folder_ / name, content, 0600).value();
  }
  [[nodiscard]] cicada::base::Bytes get(const std::string& name) const {
    return cicada::base::read_file(folder_ / name).value();
  }

  /// Runs `openssl <arguments>` in the folder and says whether it was content.
  [[nodiscard]] bool openssl(const std::string& arguments) const {
    // NOLINTNEXTLINE(cert-env33-c,concurrency-mt-unsafe): fixed texts of this file, no other thread.
    return std::system(
               ("cd '" + folder_.path().string() + "' && openssl " + arguments + " >output 2>&1 </dev/null").c_str()) ==
           0;
  }

  static constexpr std::string_view kDocument = "what is signed\n";

 private:
  cicada::tests::Folder folder_;
};
