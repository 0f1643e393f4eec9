// The openssl command line: certificates and messages that nobody here wrote, and a second reader of ours.
#pragma once

#include <cstdlib>
#include <stdexcept>
#include <string>

#include "cicada/base/bytes.h"
#include "cicada/base/file.h"
#include "folder.h"

namespace cicada::test {

/// A folder of its own in which openssl runs; gone with the object.
class OpenSsl {
 public:
  /// Runs `openssl ARGUMENTS` in the folder; output goes to the file "out", complaints to "err".
  [[nodiscard]] bool run(const std::string& arguments) const {
    const auto command = "cd '" + dir_.path().string() + "' && openssl " + arguments + " >out 2>err";
    // NOLINTNEXTLINE(cert-env33-c): the command line is what is tested against; every argument is a constant.
    return std::system(command.c_str()) == 0;
  }
  /// The same; a failure ends the test with openssl's complaint.
  void must(const std::string& arguments) const {
    if (!run(arguments)) throw std::runtime_error("openssl " + arguments + ": " + text("err"));
  }

  [[nodiscard]] base::Bytes read(const std::string& name) const { return base::read_file(dir_ / name).value(); }
  [[nodiscard]] std::string text(const std::string& name) const { return std::string{base::as_text(read(name))}; }
  void write(const std::string& name, base::ByteView content) const {
    if (!base::write_file(dir_ / name, content)) throw std::runtime_error("cannot write " + name);
  }
  void write(const std::string& name, std::string_view content) const { write(name, base::as_bytes(content)); }

  /// A key "NAME.key". `kind`: "ec P-256", "ec brainpoolP256r1 explicit", "rsa 2048".
  void make_ec_key(const std::string& name, const std::string& curve, bool explicit_parameters) const {
    must("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:" + curve +
         " -pkeyopt ec_param_enc:" + (explicit_parameters ? "explicit" : "named_curve") + " -out " + name + ".key");
  }
  void make_rsa_key(const std::string& name) const {
    must("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out " + name + ".key");
  }
  /// A self-signed certificate "NAME.crt" (PEM) and "NAME.der" of "NAME.key".
  void make_certificate(const std::string& name, const std::string& subject, const std::string& more = "") const {
    must("req -x509 -new -sha256 -days 3650 -utf8 -key " + name + ".key -subj '" + subject + "' " + more + " -out " +
         name + ".crt");
    must("x509 -in " + name + ".crt -outform DER -out " + name + ".der");
  }

 private:
  tests::Folder dir_;
};

}  // namespace cicada::test
