import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Whether Java's own trust manager lets clients in: FOLDER NAME..., one line for each NAME.store and NAME.presented. */
class Clients {
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        for (int i = 1; i < arguments.length; i++) {
            X509TrustManager manager = manager(read(folder.resolve(arguments[i] + ".store")));
            X509Certificate[] presented = read(folder.resolve(arguments[i] + ".presented"));
            try {
                manager.checkClientTrusted(presented, presented[0].getPublicKey().getAlgorithm());
                System.out.println("accepted");
            } catch (CertificateException refused) {
                System.out.println("refused: " + refused.getMessage());
            }
        }
    }

    private static X509Certificate[] read(Path file) throws Exception {
        try (InputStream in = Files.newInputStream(file)) {
            return CertificateFactory.getInstance("X.509").generateCertificates(in).toArray(new X509Certificate[0]);
        }
    }

    private static X509TrustManager manager(X509Certificate[] trusted) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (int i = 0; i < trusted.length; i++) {
            store.setCertificateEntry("authority " + i, trusted[i]);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager found) {
                return found;
            }
        }
        throw new IllegalStateException("no X509TrustManager");
    }
}
